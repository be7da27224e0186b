// says: no task iterator is constructed
  r0 = 13107
  exit
