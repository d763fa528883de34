#!/usr/bin/env bash
# Runs the demo and draws what it printed as docs/demo.svg, the picture in the README.
#   scripts/record-demo.sh [demo options ...]
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
TEXT=$(mktemp)
trap 'rm -f "$TEXT"' EXIT

"$ROOT/demo.sh" "$@" 2>/dev/null | tee "$TEXT"

# One line of text each; phases stand out, direct paths are green, relayed ones amber.
awk '
function escape(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); return s }
{ line[NR] = $0; if (length($0) > width) width = length($0) }
END {
    row = 20; height = NR * row + 52; pixels = width * 8.45 + 40
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"A run of the demo\">\n", pixels, height, pixels, height
    printf "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#11151c\"/>\n"
    printf "<text x=\"20\" y=\"28\" font-family=\"ui-monospace,monospace\" font-size=\"14\" fill=\"#7d8590\">$ ./demo.sh</text>\n"
    for (i = 1; i <= NR; i++) {
        color = "#c9d1d9"
        if (line[i] ~ / -- /) color = "#79c0ff"
        else if (line[i] ~ /: direct |direct .*after|direct [0-9]+ ms/) color = "#7ee787"
        else if (line[i] ~ /relayed by|silence/) color = "#f2cc60"
        else if (line[i] ~ /^All of it held/) color = "#7ee787"
        printf "<text x=\"20\" y=\"%d\" xml:space=\"preserve\" font-family=\"ui-monospace,monospace\" font-size=\"14\" fill=\"%s\">%s</text>\n", 28 + i * row, color, escape(line[i])
    }
    print "</svg>"
}' "$TEXT" >"$ROOT/docs/demo.svg"
echo "Wrote docs/demo.svg"
