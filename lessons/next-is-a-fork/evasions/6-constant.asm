// says: no num iterator is constructed
  w0 = 24
  exit
