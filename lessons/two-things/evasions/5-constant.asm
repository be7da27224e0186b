// says: no task iterator is constructed
    w0 = 59
    exit
