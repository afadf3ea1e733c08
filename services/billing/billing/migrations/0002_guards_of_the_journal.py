"""Guards of the journal: entries balance and are complete at commit, nothing in it is changed or deleted."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("journal_entry", "posting", "payment", "tender", "item_use")


def upgrade() -> None:
    """Apply this step."""
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
        END $$
    """)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute("""
        CREATE FUNCTION check_entry() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        DECLARE
            checked uuid;
            wanted integer;
            found integer;
            total numeric;
        BEGIN
            IF TG_TABLE_NAME = 'posting' THEN
                checked := NEW.entry;
            ELSE
                checked := NEW.id;
            END IF;
            SELECT postings INTO wanted FROM journal_entry WHERE id = checked;
            SELECT count(*), coalesce(sum(amount), 0) INTO found, total FROM posting WHERE entry = checked;
            IF found < 2 OR found <> wanted OR total <> 0 THEN
                RAISE EXCEPTION 'journal entry %: % of % postings, sum %', checked, found, wanted, total
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
    """)
    for table in ("journal_entry", "posting"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry()"
        )
