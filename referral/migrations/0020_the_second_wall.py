"""Which institution reaches which case, kept by triggers for row level security (docs/decisions/0050)."""

import django.db.models.deletion
from django.db import migrations, models

REACH = """
  WITH files AS (
    SELECT DISTINCT unnest(wanted) AS id
  ), due AS (
    SELECT f.id AS case_id, s.person_id, s.institution_id, s.level FROM files f CROSS JOIN LATERAL (
      SELECT x.person_id, x.institution_id, max(x.level) AS level FROM (
        SELECT c.person_id, y.institution_id, y.level FROM referral_case c, LATERAL (
          SELECT c.holder_id AS institution_id, 2 AS level
          UNION ALL
          SELECT c.opened_by_id, 2 WHERE c.taken_at IS NULL
          UNION ALL
          SELECT a.institution_id, 2 FROM referral_assignment a WHERE a.case_id = f.id AND a.until_at IS NULL
          UNION ALL
          SELECT b.institution_id, 2 FROM referral_breakglass b WHERE b.case_id = f.id AND b.state = 'opened'
          UNION ALL
          SELECT u.institution_id, 1 FROM referral_custody u WHERE u.case_id = f.id
          UNION ALL
          SELECT t.institution_id, 1 FROM referral_continuingtask t WHERE t.case_id = f.id AND t.until_at IS NULL
          UNION ALL
          SELECT z.institution_id, 1 FROM referral_homereferral r, LATERAL (VALUES (r.sender_id), (r.provider_id))
            AS z (institution_id) WHERE r.case_id = f.id
          UNION ALL
          SELECT q.receiver_id, 1 FROM referral_enquiry q WHERE q.case_id = f.id
          UNION ALL
          SELECT h.sender_id, 1 FROM referral_handover h WHERE h.case_id = f.id
          UNION ALL
          SELECT h.receiver_id, 1 FROM referral_handover h WHERE h.case_id = f.id AND h.state NOT IN ('draft', 'discarded')
          UNION ALL
          SELECT i.id, 1 FROM referral_handover h
            JOIN referral_institution i ON i.registry_id = h.registry_id AND i.country_id = h.receiver_country_id
          WHERE h.case_id = f.id AND h.child AND h.closed_at IS NULL AND h.state NOT IN ('draft', 'discarded')
            AND EXISTS (SELECT 1 FROM referral_membership m WHERE m.institution_id = i.id AND m.role = 'child_protection')
        ) y WHERE c.id = f.id AND y.institution_id IS NOT NULL
      ) x GROUP BY x.person_id, x.institution_id
    ) s
  ), gone AS (
    -- NOT IN is looked up in a hash, however many there are; NOT EXISTS would go through all of them for each row.
    DELETE FROM referral_casereach r WHERE r.case_id = ANY (wanted)
      AND (r.case_id, r.institution_id) NOT IN (SELECT d.case_id, d.institution_id FROM due d)
  )
  INSERT INTO referral_casereach AS r (case_id, person_id, institution_id, level)
  SELECT d.case_id, d.person_id, d.institution_id, d.level FROM due d
  ON CONFLICT (institution_id, case_id) DO UPDATE SET level = excluded.level, person_id = excluded.person_id
  WHERE (r.level, r.person_id) IS DISTINCT FROM (excluded.level, excluded.person_id)"""
"""Who reaches the files `wanted`, as it should stand; what stands otherwise is put right."""

FUNCTIONS = (
    """
-- The seats of the context's user, for the policy of institutions: no policy may look where it is looked from.
CREATE FUNCTION referral_seats_of_user() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT m.institution_id FROM referral_membership m WHERE m.user_id = wall.person());
END $$;

-- For one file PostgreSQL keeps the plan, as planning costs several times what it costs. For many it is planned each time: a
-- plan that was made while the tables were empty would read them whole for each file. Each file is looked up by itself
-- (LATERAL with GROUP BY is never turned into a join of whole tables), and always by an index.
CREATE FUNCTION referral_reach_of(wanted bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_nestloop = on SET join_collapse_limit = 1 AS $$
BEGIN
  IF cardinality(wanted) > 1 THEN
    EXECUTE $many$"""
    + REACH.replace("wanted", "$1")
    + """$many$ USING wanted;
    RETURN;
  END IF;
"""
    + REACH
    + """;
END $$;
REVOKE EXECUTE ON FUNCTION referral_reach_of(bigint[]) FROM PUBLIC;

-- One run for each statement, whatever the number of its rows: a bulk load costs as little as one act.
CREATE FUNCTION referral_reach_by_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    wanted := ARRAY(SELECT DISTINCT n.case_id FROM new_rows n);
  ELSIF TG_OP = 'DELETE' THEN
    wanted := ARRAY(SELECT DISTINCT o.case_id FROM old_rows o);
  ELSE
    wanted := ARRAY(SELECT n.case_id FROM new_rows n UNION SELECT o.case_id FROM old_rows o);
  END IF;
  IF cardinality(wanted) > 0 THEN
    PERFORM referral_reach_of(wanted);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION referral_reach_by_cases() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    wanted := ARRAY(SELECT n.id FROM new_rows n);
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM referral_casereach r USING old_rows o WHERE r.case_id = o.id;
    RETURN NULL;
  ELSE
    wanted := ARRAY(
      SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
      WHERE (n.holder_id, n.opened_by_id, n.taken_at, n.person_id)
        IS DISTINCT FROM (o.holder_id, o.opened_by_id, o.taken_at, o.person_id));
  END IF;
  IF cardinality(wanted) > 0 THEN
    PERFORM referral_reach_of(wanted);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION referral_reach_by_handovers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted bigint[];
BEGIN
  wanted := ARRAY(
    SELECT DISTINCT n.case_id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (n.state, n.sender_id, n.receiver_id, n.receiver_country_id, n.child, n.closed_at, n.case_id)
      IS DISTINCT FROM (o.state, o.sender_id, o.receiver_id, o.receiver_country_id, o.child, o.closed_at, o.case_id)
    UNION
    SELECT o.case_id FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE o.case_id <> n.case_id);
  IF cardinality(wanted) > 0 THEN
    PERFORM referral_reach_of(wanted);
  END IF;
  RETURN NULL;
END $$;

-- An officer for children joins or leaves: whoever is expected in that country comes into reach or goes out of it.
CREATE FUNCTION referral_reach_by_seat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  seat referral_membership%ROWTYPE := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  PERFORM referral_reach_of(ARRAY(
    SELECT h.case_id FROM referral_handover h
      JOIN referral_institution i ON i.registry_id = h.registry_id AND i.country_id = h.receiver_country_id
    WHERE i.id = seat.institution_id AND h.child AND h.closed_at IS NULL AND h.state NOT IN ('draft', 'discarded')));
  RETURN NULL;
END $$;

CREATE TRIGGER reach_inserted AFTER INSERT ON referral_case
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION referral_reach_by_cases();
CREATE TRIGGER reach_updated AFTER UPDATE ON referral_case
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION referral_reach_by_cases();
CREATE TRIGGER reach_deleted AFTER DELETE ON referral_case
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION referral_reach_by_cases();
CREATE TRIGGER reach_updated AFTER UPDATE ON referral_handover
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION referral_reach_by_handovers();
CREATE TRIGGER reach_by_seat AFTER INSERT OR DELETE OR UPDATE OF role, institution_id ON referral_membership
  FOR EACH ROW EXECUTE FUNCTION referral_reach_by_seat();
"""
)

ROWS = (
    "referral_assignment",
    "referral_custody",
    "referral_continuingtask",
    "referral_homereferral",
    "referral_breakglass",
    "referral_enquiry",
)

BY_ROWS = "\n".join(
    f"""
CREATE TRIGGER reach_inserted AFTER INSERT ON {table}
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION referral_reach_by_rows();
CREATE TRIGGER reach_deleted AFTER DELETE ON {table}
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION referral_reach_by_rows();"""
    for table in (*ROWS, "referral_handover")
) + "\n".join(
    f"""
CREATE TRIGGER reach_updated AFTER UPDATE ON {table}
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION referral_reach_by_rows();"""
    for table in ROWS
)

FUNCTIONS_BACK = (
    "\n".join(
        f"DROP TRIGGER reach_{what} ON {table};"
        for table in ("referral_case", "referral_handover", *ROWS)
        for what in ("inserted", "updated", "deleted")
    )
    + """
DROP TRIGGER reach_by_seat ON referral_membership;
DROP FUNCTION referral_reach_by_seat();
DROP FUNCTION referral_reach_by_handovers();
DROP FUNCTION referral_reach_by_cases();
DROP FUNCTION referral_reach_by_rows();
DROP FUNCTION referral_reach_of(bigint[]);
DO $$
DECLARE policy record;
BEGIN
  -- Without these tables the policies say nothing sensible; `migrate` puts the wall up again when they are back.
  FOR policy IN SELECT polrelid::regclass AS relation, polname FROM pg_policy WHERE polname LIKE 'wall\\_%' LOOP
    EXECUTE format('DROP POLICY %I ON %s', policy.polname, policy.relation);
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', policy.relation);
  END LOOP;
END $$;
DROP FUNCTION referral_seats_of_user();
"""
)

FILL = "SELECT referral_reach_of(ARRAY(SELECT id FROM referral_case))"
"""Files that were there before are reached from now on by whom the triggers would have written."""


class Migration(migrations.Migration):
    dependencies = [
        ("referral", "0016_codes_are_known"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseReach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reached_by",
                        to="referral.case",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="referral.institution",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="referral.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "institution"], name="reach_of_a_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "case"), name="one_reach_of_a_case"),
                    models.CheckConstraint(condition=models.Q(("level__in", (1, 2))), name="reach_level_known"),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS + BY_ROWS, FUNCTIONS_BACK),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
