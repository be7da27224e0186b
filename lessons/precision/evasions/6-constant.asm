// says: no num iterator is constructed
  w0 = 1000
  exit
