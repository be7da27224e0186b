// says: no num iterator is constructed
  w0 = 70
  exit
