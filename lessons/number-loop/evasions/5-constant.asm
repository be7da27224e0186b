// says: no num iterator is constructed
  w0 = 45
  exit
