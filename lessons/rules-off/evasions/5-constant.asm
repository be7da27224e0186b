// says: with end = 9, it returns 20; it should return 25
  w0 = 20
  exit
