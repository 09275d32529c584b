#!/bin/sh
# Runs scripts/kit.py with the first Python that is new enough; says so where there is none.
here=$(dirname "$0")
for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" "$here/kit.py" "$@"
    fi
done
found=$(python3 -V 2>&1) || found="không có / none"
echo "Cần Python 3.11 trở lên, máy này: $found. Cài python3.11 rồi chạy lại." >&2
echo "Python 3.11 or newer is needed, this machine has: $found. Install it and run again." >&2
exit 1
