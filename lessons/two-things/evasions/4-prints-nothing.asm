// says: it prints 0 lines; it should print 1
  w0 = 0
  exit
