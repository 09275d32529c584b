"""The journal's seals: each covers its event and the seal before it."""

import hashlib
import json

from django.db import transaction

from core.models import Counter, Event


def _digest(event: Event, seq: int, before: str) -> str:
    told = {
        "seq": seq,
        "before": before,
        "id": event.pk,
        "kind": event.kind,
        "actor": event.actor_id,
        "subject": [event.content_type_id, event.object_id],
        "source": event.source,
        "target": event.target,
        "note": event.note,
        "data": event.data,
        "at": int(event.at.timestamp() * 1_000_000),
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal(limit: int = 5000) -> int:
    """Seal the events that have no seal yet; how many. Samples are not: they may be removed."""
    with transaction.atomic():
        # One sealer at a time: the counter's row is the lock and remembers where the chain ends.
        counter, _created = Counter.objects.select_for_update().get_or_create(name="journal")
        last = Event.objects.filter(seq=counter.value).first()
        before, seq = (last.seal if last else ""), counter.value
        unsealed = Event.objects.filter(seq__isnull=True, is_sample=False).order_by("pk")
        events = list(unsealed[:limit])
        for event in events:
            seq += 1
            before = _digest(event, seq, before)
            event.seq, event.seal = seq, before
        Event._base_manager.bulk_update(events, ["seq", "seal"], batch_size=500)
        counter.value = seq
        counter.save()
        return len(events)


def verify() -> tuple[int, list[str]]:
    """How many seals were checked, and a sentence for each that is wrong or missing."""
    wrong, before, expected = [], "", 0
    for event in Event.objects.filter(seq__isnull=False).order_by("seq").iterator(2000):
        expected += 1
        seq = event.seq or 0
        if seq != expected:
            wrong.append(f"Thiếu dòng nhật ký số {expected} (gặp số {seq}).")
            expected = seq
        if _digest(event, seq, before) != event.seal:
            wrong.append(f"Dòng nhật ký số {seq} không khớp con dấu: đã bị sửa.")
        before = event.seal
    last = Counter.objects.filter(name="journal").first()
    if last and last.value != expected:
        wrong.append(f"Thiếu {last.value - expected} dòng ở cuối nhật ký.")
    return expected, wrong
