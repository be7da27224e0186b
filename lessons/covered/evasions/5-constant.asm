// says: no num iterator is constructed
  w0 = 8
  exit
