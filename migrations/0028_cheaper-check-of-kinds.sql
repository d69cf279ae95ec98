-- The former check already holds for the stored ratings, so they are not read again.
ALTER TABLE "ratings" DROP CONSTRAINT "ratings_kind_is_a_name";--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_kind_is_a_name" CHECK ("ratings"."kind" in ('rating', 'like', 'dislike', 'purchase', 'cart', 'view') or "ratings"."kind" ~ '^[a-z][a-z0-9_-]{0,31}$') NOT VALID;
