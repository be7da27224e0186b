// says: no num iterator is constructed
  w0 = 39
  exit
