// says: no dmabuf iterator is constructed
    w0 = 9408512
    exit
