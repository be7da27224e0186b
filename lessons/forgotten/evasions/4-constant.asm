// says: a fixed number
  w0 = 3
  exit
