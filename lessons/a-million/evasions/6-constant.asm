// says: no num iterator is constructed
  w0 = 10000
  exit
