#!/bin/sh
# Compiles samples/*.bpf.c in place (and those of the lessons). Needs clang 22; the objects are committed, so that nobody else does. What exercises
# begin with in C, and their solutions, are compiled as a learner's C is, by the built command line (npm run build), and only what is loaded of them is
# kept: what debuggers read of a program that knows the kernel's tasks takes 600 kB.
set -eu
cd "$(dirname "$0")/.."
for source in samples/*.bpf.c lessons/*/*.bpf.c; do
	[ -e "$source" ] || continue
	folder=$(dirname "$source")
	name=$(basename "$source" .c)
	(cd "$folder" && "${CLANG:-clang-22}" --target=bpf -O2 -g -mcpu=v3 -Wall "-fdebug-prefix-map=$PWD=." -c "$name.c" -o "$name.o")
done
for source in lessons/*/c/*.bpf.c; do
	[ -e "$source" ] || continue
	node dist/cli/iterscope.js compile "$source" --compiler "$(command -v "${CLANG:-clang-22}")" --out "${source%.c}.o" >/dev/null
	"${STRIP:-llvm-strip-22}" -g "${source%.c}.o"
done
