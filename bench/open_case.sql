-- SPDX-License-Identifier: Apache-2.0
-- open_case.sql - for pgbench -M prepared: what PostgreSQL alone takes to read one case with its people, names,
-- records and clocks from the same store, a statement a part. No policy, nothing unsealed, no leaf: less than
-- that no program on this database can take. store.sh makes bench_case, 1,000 cases by number.
\set nth random(0, 999)
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT c.id AS one FROM bench_case c WHERE c.nth = :nth \gset
SELECT * FROM case_file WHERE id = :one;
SELECT relation, account, basis, classes, purpose FROM access_grant WHERE case_id = :one;
SELECT r.role, s.*, n.* FROM case_role r JOIN subject s ON s.id = r.subject LEFT JOIN name n
    ON n.subject = s.id WHERE r.case_id = :one;
SELECT r.*, v.body FROM record r JOIN record_version v ON v.record = r.id AND v.no = r.current
    WHERE r.case_id = :one;
SELECT * FROM clock WHERE case_id = :one ORDER BY state, due_us;
COMMIT;
