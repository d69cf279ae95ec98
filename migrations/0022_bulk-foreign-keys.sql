-- An import locks the users and items of many ratings at once and then writes the ratings as a replica, for which
-- PostgreSQL does not check the foreign keys of each row again. These triggers run nevertheless.
alter table ratings enable always trigger ratings_inserted;--> statement-breakpoint
alter table ratings enable always trigger ratings_updated;--> statement-breakpoint
alter table ratings enable always trigger ratings_deleted;--> statement-breakpoint
alter table ratings enable always trigger ratings_truncated;--> statement-breakpoint
alter table ratings enable always trigger ratings_replaced;
