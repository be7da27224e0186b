#!/bin/sh
# Prints the headers of model.json's iterators and compiles the programs here. Needs clang 22 and the built command line; all that it makes is committed.
set -eu
cd "$(dirname "$0")"
iterscope="node ../../dist/cli/iterscope.js"
for model in *.json; do
	$iterscope iterator check "$model" 2>/dev/null | awk '
		/^\/\* SPDX/ { text = ""; inside = 1 }
		inside { text = text $0 "\n" }
		/^#define __BPF_ITER_/ { name = tolower(substr($2, 12)); sub(/_h$/, "", name) }
		/^#endif/ { printf "%s", text > ("headers/" name ".h"); inside = 0 }'
done
for source in *.bpf.c; do
	name=$(basename "$source" .c)
	"${CLANG:-clang-22}" --target=bpf -O2 -g -mcpu=v3 -Wall "-fdebug-prefix-map=$PWD=." -c "$name.c" -o "$name.o"
done
