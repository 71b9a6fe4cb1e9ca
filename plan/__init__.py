"""The plan as data: one stack's recorded registrations. The bottom room: it imports nothing of ours."""
