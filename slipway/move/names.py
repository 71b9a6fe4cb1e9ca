"""The names under which people come: remembered as they are, kept for a short time, led to the new side, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move.shell import address, made, word

if TYPE_CHECKING:
    from slipway.move.facts import Name, Side

SHORT = 60  # seconds that others shall keep an answer while the move is on
_CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"  # of every distribution, as its alias in Route 53 wants it
_RESOLVERS = ("1.1.1.1", "8.8.8.8")


def can_lower(name: Name) -> bool:
    """Whether there is a time to live that can be lowered."""
    return name.form == "plain" and (name.ttl > SHORT or name.keeper == "elsewhere")


def answers(target: Side, name: Name) -> bool:
    """Whether the new side, as it is planned, knows what to do with this name."""
    if name.part == "frontend":
        return any(each.host == name.host for each in target.names) or (
            target.site is None and name.host in target.hosts
        )
    return name.host in target.hosts or any(each.host == name.host for each in target.names)


def remember(source: Side, name: Name) -> tuple[str, ...]:
    """Commands that write down the record as it is."""
    file = _file(name)
    if name.keeper == "route53":
        return (
            (
                f'{_listed(source, name)} | jq -e \'{{Changes: [.[] | {{Action: "UPSERT", ResourceRecordSet: .}}]}} |'
                f" select(.Changes != [])' >{file}"
            ),
        )
    if name.keeper == "cloudflare" and name.form == "worker":
        return (
            f'cf GET "/accounts/{source.account}/workers/domains?hostname={name.host}" | jq -e ".result[0]" >{file}',
        )
    if name.keeper == "cloudflare":
        return (
            (
                f'cf GET "/zones/{name.zone}/dns_records?name={name.host}" | jq -e \'[.result[] | select(.type == "A" or'
                f' .type == "AAAA" or .type == "CNAME")] | select(. != [])\' >{file}'
            ),
        )
    return (f"dig +noall +answer {name.host} | tee {file}",)


def lower(source: Side, name: Name) -> tuple[str, ...]:
    """Commands that lower the time to live, without changing where the name leads."""
    file = _file(name)
    if name.keeper == "route53":
        return (
            (
                f"{source.low}_aws route53 change-resource-record-sets --hosted-zone-id {name.zone} --change-batch"
                f' "$(jq ".Changes[].ResourceRecordSet.TTL = {SHORT}" {file})"'
            ),
        )
    if name.keeper == "cloudflare":
        return (
            (
                f"jq -r '.[].id' {file} | while read -r record; do"
                f' cf PATCH "/zones/{name.zone}/dns_records/$record" \'{{"ttl": {SHORT}}}\' >/dev/null; done'
            ),
        )
    return (f"# At whoever keeps the zone: set the time to live of {name.host} to {SHORT} seconds.",)


def look(name: Name) -> tuple[str, ...]:
    """Commands that show what others are told now, and for how long they keep it (the second column)."""
    if name.form in ("proxied", "worker"):
        return ()  # Cloudflare's own addresses, whatever stands behind them
    return tuple(f"dig +noall +answer {name.host} @{resolver}" for resolver in _RESOLVERS)


def switch(source: Side, target: Side, name: Name) -> tuple[str, ...]:
    """Commands that lead the name to the new side, at once and without a moment in which it leads nowhere."""
    if target.runs == "worker" and name.part != "frontend":
        return _to_worker(target, name)
    goal, zone = _goal(target, name)
    if name.keeper == "route53":
        return _in_route53(source, name, goal, zone)
    if name.keeper == "cloudflare" and name.form == "worker":
        return _from_worker(source, target, name, goal)
    if name.keeper == "cloudflare":
        kind = "A" if target.front is None and name.part != "frontend" else "CNAME"
        change = f'"$(jq -nc --arg to {goal} \'{{type: "{kind}", content: $to}}\')"'
        return (
            f"RECORD=$(jq -re 'first.id' {_file(name)})",
            f'cf PATCH "/zones/{name.zone}/dns_records/$RECORD" {change} | jq -c "{{ok: .success, to: .result.content}}"',
        )
    return (f"# At whoever keeps the zone: lead {name.host} to this.", f"echo {goal}")


def back(source: Side, target: Side, name: Name) -> tuple[str, ...]:
    """Commands that lead the name to the old side again, by what was written down."""
    file = _file(name)
    if name.keeper == "route53":
        # What the switch has put there under another type goes in the same change: a CNAME bears nothing beside it.
        batch = (
            f'jq -n --slurpfile old {file} --argjson now "$({_listed(source, name)})" \'$old[0].Changes as $c | {{Changes:'
            ' ([$now[] | select(.Type as $t | all($c[]; .ResourceRecordSet.Type != $t)) | {Action: "DELETE",'
            f" ResourceRecordSet: .}}] + [$c[] | if .ResourceRecordSet.TTL then .ResourceRecordSet.TTL = {SHORT} else . end])}}'"
        )
        call = f"{source.low}_aws route53 change-resource-record-sets --hosted-zone-id {name.zone} --change-batch"
        return (f'{call} "$({batch})"',)
    if name.keeper == "cloudflare" and name.form == "worker":
        wanted = f'"$(jq -c "{{hostname, service, zone_id, environment}}" {file})"'
        return (
            (
                f'cf GET "/zones/{name.zone}/dns_records?name={name.host}" | jq -r ".result[].id" | while read -r record; do'
                f' cf DELETE "/zones/{name.zone}/dns_records/$record" >/dev/null; done'
            ),
            f'cf PUT "/accounts/{source.account}/workers/domains" {wanted} >/dev/null',
        )
    if name.keeper == "cloudflare":
        detach = _detach(target, name) if target.runs == "worker" and name.part != "frontend" else ()
        made_anew = (
            f"jq -c 'first | {{type, name, content, proxied, ttl}}' {file} | while read -r old; do"
            f' cf POST "/zones/{name.zone}/dns_records" "$old" >/dev/null; done'
        )
        put_back = (
            f"jq -c 'first | {{type, content, proxied, ttl: (if .proxied then 1 else {SHORT} end)}}' {file} |"
            f' while read -r old; do cf PATCH "/zones/{name.zone}/dns_records/$(jq -r first.id {file})" "$old" >/dev/null;'
            " done"
        )
        return (*detach, made_anew) if detach else (put_back,)
    return (f"# At whoever keeps the zone: lead {name.host} to this again.", f"cat {file}")


def _listed(source: Side, name: Name) -> str:
    return (
        f"{source.low}_aws route53 list-resource-record-sets --hosted-zone-id {name.zone} --query"
        f" \"ResourceRecordSets[?Name=='{name.host}.' && (Type=='A' || Type=='AAAA' || Type=='CNAME')]\""
    )


def _file(name: Name) -> str:
    return f'"$MOVE/{name.host}.json"'


def _goal(target: Side, name: Name) -> tuple[str, str]:
    """What the name shall lead to, as a word, and the zone that an alias of it is in."""
    if name.part == "frontend" and target.site is not None:
        zone = _CLOUDFRONT_ZONE if target.site.key == "domainName" else ""
        return f'"$(pulumi stack output frontendHost --stack "${target.word}")"', zone
    if target.front is not None:
        return made(target, target.front), made(target, target.front, "zoneId")
    return address(target), ""


def _in_route53(source: Side, name: Name, goal: str, zone: str) -> tuple[str, ...]:
    if zone:
        record = (
            '{Name: $name, Type: "A", AliasTarget: {HostedZoneId: $zone, DNSName: $to, EvaluateTargetHealth: false}}'
        )
    else:
        kind = "CNAME" if name.part == "frontend" else "A"
        record = f'{{Name: $name, Type: "{kind}", TTL: {SHORT}, ResourceRecords: [{{Value: $to}}]}}'
    extra = f" --arg zone {zone}" if zone else ""
    replaced = name.record == "CNAME" and (zone or name.part != "frontend")
    # A CNAME bears no other record beside it: it goes in the same change.
    first = f'($old[0].Changes[] | .Action = "DELETE" | .ResourceRecordSet.TTL = {SHORT}), ' if replaced else ""
    slurp = f" --slurpfile old {_file(name)}" if replaced else ""
    batch = f'"$(jq -n --arg name {name.host} --arg to {goal}{extra}{slurp} \'{{Changes: [{first}{{Action: "UPSERT", ResourceRecordSet: {record}}}]}}\')"'
    return (
        f"{source.low}_aws route53 change-resource-record-sets --hosted-zone-id {name.zone} --change-batch {batch}",
    )


def _to_worker(target: Side, name: Name) -> tuple[str, ...]:
    worker = target.services[0].unit
    wanted = word(
        f'{{"override_scope": true, "override_existing_origin": true, "override_existing_dns_record": true, "origins":'
        f' [{{"hostname": "{name.host}", "zone_id": "{target.edge_zone}"}}]}}'
    )
    return (f"cf PUT /accounts/{target.account}/workers/scripts/{worker}/domains/records {wanted} | jq -c .success",)


def _from_worker(source: Side, target: Side, name: Name, goal: str) -> tuple[str, ...]:
    kind = "A" if target.front is None else "CNAME"
    record = (
        f'"$(jq -nc --arg to {goal} \'{{type: "{kind}", name: "{name.host}", content: $to, proxied: true, ttl: 1}}\')"'
    )
    return (
        *_detach(source, name),
        f"cf POST /zones/{name.zone or source.edge_zone}/dns_records {record} | jq -c .success",
    )


def _detach(side: Side, name: Name) -> tuple[str, ...]:
    find = f'cf GET "/accounts/{side.account}/workers/domains?hostname={name.host}" | jq -r ".result[].id"'
    return (
        f'{find} | while read -r domain; do cf DELETE "/accounts/{side.account}/workers/domains/$domain" >/dev/null; done',
    )
