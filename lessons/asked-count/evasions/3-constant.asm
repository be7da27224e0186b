// says: The program does not call bpf_loop
    w0 = 63
    exit
