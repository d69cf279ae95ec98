-- Notifies the channel palate_changes of what a statement changed, once it is committed. The triggers apply to every
-- writer, plain SQL too. Payloads: `ratings:` and a user's id, or no id for the ratings of many users;
-- `items:`; `champions:`.
create function notify_changed_ratings() returns trigger language plpgsql as $$
declare
  changes bigint;
  user_ids text[];
begin
  if tg_op = 'UPDATE' then
    select count(*), array_agg(distinct user_id) into changes, user_ids
    from (select user_id from changed union all select user_id from replaced limit 10001) part;
  elsif tg_op <> 'TRUNCATE' then
    select count(*), array_agg(distinct user_id) into changes, user_ids
    from (select user_id from changed limit 10001) part;
  end if;
  -- An import sends one notification, not one per user: equal notifications of a transaction are merged.
  if tg_op = 'TRUNCATE' or changes > 10000 or cardinality(user_ids) > 100 then
    perform pg_notify('palate_changes', 'ratings:');
  else
    perform pg_notify('palate_changes', 'ratings:' || user_id) from unnest(user_ids) user_id;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger ratings_inserted after insert on ratings referencing new table as changed
  for each statement execute function notify_changed_ratings();
--> statement-breakpoint
create trigger ratings_updated after update on ratings referencing old table as replaced new table as changed
  for each statement execute function notify_changed_ratings();
--> statement-breakpoint
create trigger ratings_deleted after delete on ratings referencing old table as changed
  for each statement execute function notify_changed_ratings();
--> statement-breakpoint
create trigger ratings_truncated after truncate on ratings
  for each statement execute function notify_changed_ratings();
--> statement-breakpoint
-- A new item without title and attributes does not change the catalog.
create function notify_changed_items() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform pg_notify('palate_changes', 'items:');
  elsif exists (select from changed where title is not null or attributes <> '{}') then
    perform pg_notify('palate_changes', 'items:');
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger items_inserted after insert on items referencing new table as changed
  for each statement execute function notify_changed_items();
--> statement-breakpoint
create trigger items_changed after update or delete or truncate on items
  for each statement execute function notify_changed_items();
--> statement-breakpoint
create function notify_changed_champions() returns trigger language plpgsql as $$
begin
  perform pg_notify('palate_changes', 'champions:');
  return null;
end $$;
--> statement-breakpoint
create trigger champions_changed after insert or update or delete or truncate on champions
  for each statement execute function notify_changed_champions();
