; Sums the even numbers from 0 to 10, and asks once more after the end. Needs `model evens.json`.
r1 = r10
r1 += -24
r2 = 0
r3 = 10
call bpf_iter_evens_new
r6 = 0
again:
r1 = r10
r1 += -24
call bpf_iter_evens_next
if r0 == 0 goto done
r1 = *(u32 *)(r0 +0)
r6 += r1
goto again
done:
r1 = r10
r1 += -24
call bpf_iter_evens_next
r1 = r10
r1 += -24
call bpf_iter_evens_destroy
r0 = r6
exit
