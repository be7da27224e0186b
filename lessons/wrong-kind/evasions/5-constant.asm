// says: no bits iterator is constructed
  w0 = 30
  exit
