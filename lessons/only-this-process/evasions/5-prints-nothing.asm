// says: it prints 0 lines; it should print 59
    w0 = 0
    exit
