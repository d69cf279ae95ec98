CREATE TABLE "deleted_items" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"deleted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "hidden" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "available_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "available_until" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "items_restricted" ON "items" USING btree ("id") WHERE "items"."hidden" or "items"."available_from" is not null or "items"."available_until" is not null;--> statement-breakpoint
ALTER TABLE "items" ADD CONSTRAINT "items_availability_is_finite" CHECK (isfinite("items"."available_from") and isfinite("items"."available_until"));--> statement-breakpoint
-- Payloads: `items:` after a change of an item's metadata, `availability:` after a change of which items may be
-- recommended. A new item without metadata changes neither, unless it was deleted before.
create or replace function notify_changed_items() returns trigger language plpgsql as $$
declare
  has_changed boolean := true;
  may_differ boolean := true;
  returned bigint;
begin
  if tg_op = 'INSERT' then
    delete from deleted_items using changed where deleted_items.id = changed.id;
    get diagnostics returned = row_count;
    select coalesce(bool_or(title is not null or attributes <> '{}'), false),
      coalesce(bool_or(hidden or available_from is not null or available_until is not null), false) or returned > 0
    into has_changed, may_differ from changed;
  elsif tg_op = 'UPDATE' then
    has_changed := exists (select from changed);
    may_differ := exists (
      (select id, hidden, available_from, available_until from changed)
      except select id, hidden, available_from, available_until from replaced
    );
  elsif tg_op = 'DELETE' then
    insert into deleted_items (id) select id from replaced order by id on conflict (id) do nothing;
    has_changed := found;
    may_differ := found;
  end if;
  if has_changed or may_differ then
    perform pg_notify('palate_changes', 'items:');
  end if;
  if may_differ then
    perform pg_notify('palate_changes', 'availability:');
  end if;
  return null;
end $$;
--> statement-breakpoint
drop trigger items_changed on items;
--> statement-breakpoint
create trigger items_updated after update on items referencing old table as replaced new table as changed
  for each statement execute function notify_changed_items();
--> statement-breakpoint
create trigger items_deleted after delete on items referencing old table as replaced
  for each statement execute function notify_changed_items();
--> statement-breakpoint
create trigger items_truncated after truncate on items
  for each statement execute function notify_changed_items();
