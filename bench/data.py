"""A province's worth of records: 100,000 projects, 1,000,000 facts, written by the database."""

from typing import Any

from django.db import connection, models

from accounts.models import Agency, Consent, Membership, User
from bench.servers import Missing
from core.models import AdminUnit
from core.text import fold
from programme.models import Activity
from projects.models import Formation, Recognition, Support, Venture
from support_orgs.models import ClubFounding, Organisation

OWNERS = 20_000
PROJECTS = 100_000
IDEAS = 3_000  # that wait for an answer
RECOGNISED_AGAIN = 3_000
FORMATIONS = 9_000
ACTIVITIES = 37_900
CLUBS = 100
SUPPORTS = 1_000_000 - PROJECTS - RECOGNISED_AGAIN - FORMATIONS - ACTIVITIES - CLUBS

NOW = "timestamptz '2026-11-20 12:00+07'"
FIRST_DAY = "date '2022-01-01'"
DAYS = 1780  # up to the middle of November 2026

WHAT = ["Mật ong", "Muối sạch", "Nước mắm", "Chả cá", "Homestay", "Tour biển", "Rau hữu cơ",
        "Phần mềm bán hàng", "Gốm thủ công", "Tinh dầu", "Lớp học số", "Máy sấy năng lượng"]  # fmt: skip
HOW = ["cho bà con", "từ phế phẩm", "theo mùa", "trên mạng", "kiểu mới", "tiết kiệm điện",
       "của thanh niên", "không hóa chất", "bằng tay", "có truy xuất nguồn gốc"]  # fmt: skip
WHERE = ["Sa Huỳnh", "Phổ Thạnh", "Trà Câu", "Phổ An", "Mỹ Á", "Phổ Khánh", "Phổ Cường"]
RARE = "rong nho"


def fill() -> int:
    """Write everything and gather statistics; how many facts there are."""
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Asia/Ho_Chi_Minh'; SELECT setseed(0.2026)")
        # Search's indexes are made at the end: row by row they would take most of the time.
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING gin%'"
        )
        later = cursor.fetchall()
        for name, _statement in later:
            cursor.execute(f'DROP INDEX "{name}"')
    official = _official()
    owners = _owners()
    _ventures(owners)
    _facts(official)
    with connection.cursor() as cursor:
        for _name, statement in later:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
    facts = (Support, Recognition, Formation, Activity, ClubFounding)
    return sum(model.objects.count() for model in facts)


def refuse_unless_empty() -> None:
    """Real records must never be mixed with these; raises Missing."""
    if Venture.objects.exists():
        raise Missing(
            "Cơ sở dữ liệu đã có hồ sơ: hãy dùng một cơ sở dữ liệu trống.\n"
            "The database already holds records: use an empty one."
        )


def insert(model: type[models.Model], rows: str, /, **columns: Any) -> None:
    """INSERT … SELECT ``columns`` (SQL each) FROM ``rows``; other columns get their defaults."""
    given = dict(columns)
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.null or field.column in given:
            continue
        default = field.get_default()
        values[field.column] = field.get_db_prep_save(
            "" if default is None else default, connection
        )
    names = ", ".join(f'"{name}"' for name in (*given, *values))
    chosen = ", ".join([*given.values(), *("%s" for _value in values)])
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM {rows}',
            list(values.values()),
        )


def series(count: int) -> str:
    return f"generate_series(1, {count}) AS i"


def _official() -> User:
    """The person who records and screens; the second one verifies and builds reports."""
    agency = Agency.objects.order_by("pk").first()
    people = []
    for name, role in (("Trần Bình", "official"), ("Võ Em", "secretariat")):
        user = User.objects.create_user(f"{role}@bench.invalid", None, full_name=name)
        user.authenticator_set.create(type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
        Membership.objects.create(user=user, role=role, agency=agency, valid_from="2022-01-01")
        people.append(user)
    return people[0]


def _owners() -> int:
    """Owners, one in twenty under 18; the id before the first of them."""
    before = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    insert(
        User,
        series(OWNERS),
        email="'owner' || i || '@bench.invalid'",
        password="'!'",  # noqa: S106 - no password opens the account
        full_name="'Nguyễn Văn ' || i",
        birth_date=f"CASE WHEN i %% 20 = 0 THEN date '2012-01-01' ELSE {_day(0, '1970-01-01')} END",
        date_joined=NOW,
    )
    return before


def _day(after: int, base: str) -> str:
    return f"date '{base}' + {after} + (i * 7919 %% 10000)"


def _words(words: list[str], step: int, *, folded: bool) -> str:
    """SQL that picks one of ``words`` for row i."""
    told = [fold(word) if folded else word for word in words]
    listed = ", ".join(f"'{word}'" for word in told)
    return f"(ARRAY[{listed}])[1 + (i * {step}::bigint / 13) %% {len(words)}]"


def _title(*, folded: bool) -> str:
    parts = (_words(WHAT, 7919, folded=folded), _words(HOW, 104729, folded=folded))
    rare = f"CASE WHEN i %% 5000 = 7 THEN ' {RARE}' ELSE '' END"
    where = _words(WHERE, 1299709, folded=folded)
    return f"{parts[0]} || ' ' || {parts[1]} || ' ' || {where} || ' ' || i || {rare}"


def _ventures(owners: int) -> None:
    units = list(AdminUnit.objects.filter(valid_to__isnull=True).order_by("pk"))
    ids = "(ARRAY[{}])[1 + i %% {}]".format(", ".join(str(u.pk) for u in units), len(units))
    places = _words([str(unit) for unit in units], 13, folded=True)
    fields = ", ".join(f"'{value}'" for value in Venture.Field.values)
    stages = ", ".join(f"'{value}'" for value in Venture.Stage.values)
    received = f"({FIRST_DAY} + (i::bigint * {DAYS} / {PROJECTS})::int)"
    summary = "'Giúp bà con bán được hàng, giữ được nghề và có thêm việc làm ở quê nhà.'"
    common = {
        "key": "gen_random_uuid()",
        "owner_id": f"{owners} + 1 + (i * 7919::bigint) %% {OWNERS}",
        "title": _title(folded=False),
        "field": f"(ARRAY[{fields}])[1 + i %% {len(Venture.Field.values)}]",
        "stage": f"(ARRAY[{stages}])[1 + i %% {len(Venture.Stage.values)}]",
        "summary": summary,
        "problem": summary,
        "solution": summary,
        "novelty": summary,
        "unit_id": ids,
        "contact_name": "'Nguyễn Văn ' || i",
        "published": """'["summary", "unit", "stage"]'::jsonb""",
        "search_text": f"{_title(folded=True)} || ' {fold(summary[1:-1])} ' || {places}",
    }
    insert(
        Venture,
        series(PROJECTS),
        **common,
        year=f"extract(year FROM {received})::int",
        number="i",
        status="'accepted'",
        level="CASE WHEN i %% 12 = 0 THEN 'enterprise' ELSE 'project' END",
        received_at=f"({received} + time '09:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'",
        received_on=received,
        created_at=NOW,
        saved_at=NOW,
    )
    sent = f"(date '2026-10-20' + i * 30 / {IDEAS})"
    insert(
        Venture,
        series(IDEAS),
        **common,
        year="2026",
        number=f"{PROJECTS} + i",
        status="(ARRAY['submitted', 'screening', 'accepting'])[1 + i %% 3]",
        level="'idea'",
        received_at=f"({sent} + time '09:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'",
        received_on=sent,
        promised_on=f"{sent} + 14",
        created_at=NOW,
        saved_at=NOW,
    )
    for purpose, every in (
        (Consent.Purpose.PUBLISH_VENTURE, 10),
        (Consent.Purpose.PUBLISH_NAME, 2),
    ):
        insert(
            Consent,
            f"projects_venture WHERE level <> 'idea' AND id %% {every} <> 0",
            user_id="owner_id",
            purpose=f"'{purpose}'",
            subject_kind="'venture'",
            subject_id="id",
            text="'Đồng ý.'",
            version="'1'",
            given_at="received_at",
        )


def _dated(source: str, official: User, *, late: bool = True) -> str:
    """``source`` (with ``i``) with a fact's dates: 1 in 10 verified late, 3 in 100 retracted."""
    wait = "CASE WHEN r2 < 0.1 THEN 60 + r3 * 140 ELSE r3 * 7 END" if late else "0"
    return f"""(
        WITH days AS (
            SELECT *, {FIRST_DAY} + floor(random() * {DAYS})::int AS day,
                random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5
            FROM {source}
        ), recorded AS (
            SELECT *, (day + time '09:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'
                + floor(r1 * 5) * interval '1 day' AS at FROM days
        ), verified AS (
            SELECT *, at + floor({wait}) * interval '1 day' + interval '1 hour' AS yes
            FROM recorded
        ), retracted AS (
            SELECT *, CASE WHEN yes <= {NOW} OR {str(not late).lower()} THEN yes END AS known,
                CASE WHEN r4 < 0.03 THEN yes + floor(5 + r5 * 145) * interval '1 day' END AS gone
            FROM verified
        )
        SELECT *, CASE WHEN known IS NOT NULL AND gone <= {NOW} THEN gone END AS left_at,
            {official.pk} AS one, {official.pk + 1} AS other
        FROM retracted
    ) AS f"""


FACT = {
    "happened_on": "day",
    "status": "CASE WHEN left_at IS NOT NULL THEN 'retracted'"
    " WHEN known IS NOT NULL THEN 'verified' ELSE 'recorded' END",
    "recorded_at": "at",
    "recorded_by_id": "one",
    "verified_at": "known",
    "verified_by_id": "CASE WHEN known IS NOT NULL THEN other END",
    "retracted_at": "left_at",
    "retracted_by_id": "CASE WHEN left_at IS NOT NULL THEN one END",
    "retraction_reason": "CASE WHEN left_at IS NOT NULL THEN 'Ghi nhầm.' ELSE '' END",
    "evidence_ref": "'QĐ ' || i",
}


def _facts(official: User) -> None:
    first = Venture.objects.order_by("pk").values_list("pk", flat=True)[0]
    kinds = ", ".join(f"'{value}'" for value in Support.Kind.values)
    insert(
        Support,
        _dated(series(SUPPORTS), official),
        **FACT,
        venture_id=f"{first} + floor(r5 * 0.999999 * {PROJECTS})::int",
        kind=f"(ARRAY[{kinds}])[1 + i %% {len(Support.Kind.values)}]",
        source="CASE WHEN r1 < 0.5 THEN 'state' ELSE 'socialised' END",
        provider="'Phòng Kinh tế'",
        value="(1 + floor(r3 * 200)) * 500000",
        content="'Tập huấn, cố vấn hai buổi.'",
    )
    # One recognition each; where it was retracted, often a second one that stands.
    ventures = f"(SELECT id AS i FROM projects_venture WHERE number <= {PROJECTS} ORDER BY id) AS v"
    insert(Recognition, _dated(ventures, official, late=False), **FACT, venture_id="i")
    again = f"""(SELECT venture_id AS i FROM projects_recognition WHERE status = 'retracted'
        ORDER BY id LIMIT {RECOGNISED_AGAIN}) AS v"""
    standing = _dated(again, official, late=False).replace("r4 < 0.03", "r4 < 0")
    insert(Recognition, standing, **FACT, venture_id="i")
    insert(
        Formation,
        _dated(series(FORMATIONS), official),
        **FACT,
        venture_id=f"{first} - 1 + 12 * (1 + (i - 1) %% {PROJECTS // 12})",
        name="'Công ty ' || i",
        tax_code="lpad(i::text, 10, '4300000000')",
        basis="'committee'",
    )
    activities = ", ".join(f"'{value}'" for value in Activity.Kind.values)
    insert(
        Activity,
        _dated(series(ACTIVITIES), official),
        **FACT,
        year="extract(year FROM day)::int",
        number="i",
        kind=f"(ARRAY[{activities}])[1 + i %% {len(Activity.Kind.values)}]",
        name=_title(folded=False),
        host="'Thành Đoàn'",
        people="20 + floor(r3 * 200)",
        search_text=_title(folded=True),
    )
    insert(
        Organisation, series(CLUBS), code="'CLB-' || i", kind="'club'", name="'Câu lạc bộ ' || i"
    )
    clubs = "(SELECT id AS i FROM support_orgs_organisation ORDER BY id) AS o"
    insert(ClubFounding, _dated(clubs, official), **FACT, organisation_id="i")
