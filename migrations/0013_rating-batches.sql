CREATE SEQUENCE "public"."rating_arrivals" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "rating_batches" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rating_batches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"day" date,
	"status" text DEFAULT 'active' NOT NULL,
	"reason" text,
	"received_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"changed_at" timestamp with time zone,
	"ratings" bigint,
	"inserted" bigint,
	"updated" bigint,
	"unchanged" bigint,
	CONSTRAINT "rating_batches_status_is_known" CHECK ("rating_batches"."status" in ('active', 'quarantined', 'undone'))
);
--> statement-breakpoint
CREATE TABLE "rating_history" (
	"user_id" text collate "C" NOT NULL,
	"item_id" text collate "C" NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "rating_history_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"value" double precision NOT NULL,
	"rated_at" timestamp with time zone,
	"kind" text NOT NULL,
	"timed_by_server" boolean NOT NULL,
	"batch_id" integer NOT NULL,
	"arrival" bigint NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rating_history_user_id_item_id_seq_pk" PRIMARY KEY("user_id","item_id","seq"),
	CONSTRAINT "rating_history_value_is_finite" CHECK ("rating_history"."value" > '-Infinity' and "rating_history"."value" < 'Infinity')
);
--> statement-breakpoint
ALTER TABLE "ratings" ADD COLUMN "timed_by_server" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "ratings" ADD COLUMN "batch_id" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
-- a constant default leaves the existing rows as they are; a call of nextval would write them all again
ALTER TABLE "ratings" ADD COLUMN "arrival" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ratings" ALTER COLUMN "arrival" SET DEFAULT nextval('rating_arrivals');--> statement-breakpoint
ALTER TABLE "rating_history" ADD CONSTRAINT "rating_history_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "rating_batches_one_open_day" ON "rating_batches" USING btree ("source","day") WHERE "rating_batches"."changed_at" is null;--> statement-breakpoint
insert into rating_batches (source) values ('sql');
--> statement-breakpoint
-- A rating that is replaced, by whatever writer, is kept in the history.
create function keep_replaced_ratings() returns trigger language plpgsql as $$
begin
  insert into rating_history (user_id, item_id, value, rated_at, kind, timed_by_server, batch_id, arrival)
  select user_id, item_id, value, rated_at, kind, timed_by_server, batch_id, arrival from replaced;
  return null;
end $$;
--> statement-breakpoint
create trigger ratings_replaced after update on ratings referencing old table as replaced
  for each statement execute function keep_replaced_ratings();
--> statement-breakpoint
-- The batch of the ratings that a service receives today, the first one of a day included. The transaction shares a lock
-- on it, so that it is not quarantined before the ratings are committed.
create function palate_batch_of_today() returns integer language plpgsql as $$
declare
  today constant date := (now() at time zone 'UTC')::date;
  found_id integer;
begin
  loop
    select id into found_id from rating_batches where source = 'http' and day = today and changed_at is null;
    if found_id is null then
      insert into rating_batches (source, day) values ('http', today)
      on conflict (source, day) where changed_at is null do nothing returning id into found_id;
    end if;
    if found_id is not null then
      perform pg_advisory_xact_lock_shared(hashtext('palate rating batch'), found_id);
      -- unless it was quarantined while this transaction waited
      if exists (select from rating_batches where id = found_id and changed_at is null) then
        return found_id;
      end if;
    end if;
  end loop;
end $$;
