// says: no num iterator is constructed
  w0 = 33
  exit
