// says: no num iterator is constructed
  w0 = 196
  exit
