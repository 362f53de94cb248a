"""Runs the statements of a job (standard input, JSON) in chdb and prints the rows of each as JSON."""

import json
import sys

from chdb import session

job = json.load(sys.stdin)
db = session.Session()
for statement in job["setup"]:
    db.query(statement["sql"], params=statement["params"] or None)
answers = []
for statement in job["statements"]:
    try:
        text = str(db.query(statement["sql"], "JSONCompactEachRow", params=statement["params"] or None))
    except Exception as error:
        sys.exit(f"{error}\n{statement['sql']}\n{statement['params']}")
    answers.append([json.loads(line) for line in text.split("\n") if line.strip()])
json.dump(answers, sys.stdout)
