#!/bin/sh
# The project as one peer of a crawl benchmark: crawl everything from START, leave page(url,title,date,doc_no,index_no,body) in DB.
# usage: peer_own.sh START DB        GONGKAI=path of the command (default build/gongkai)
# Run again with the same DB it goes on where it stopped.
set -eu
start=$1 db=$2 data=$2.data
tool=${GONGKAI:-$(dirname "$0")/../../build/gongkai}
[ -e "$db" ] || rm -rf "$data"
mkdir -p "$data"
ln -sf "$data/store.db" "$db"
view='create view if not exists page as select url, title, published as date, doc_number as doc_no, index_number as index_no, text as body from documents join texts on document_id = id'
make_view() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10)
db.execute(sys.argv[2])
db.commit()' "$data/store.db" "$view"
}
"$tool" run --until-idle --allow-private --scope any --delay 0 --quiet --data "$data" "$start" &
run=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.3
	make_view 2>/dev/null && break
done
wait "$run"
make_view
