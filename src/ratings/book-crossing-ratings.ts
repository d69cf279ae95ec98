import { tableWithUnratedZeros } from './unrated-zeros.ts'

/**
 * BX-Book-Ratings.csv of Book-Crossing, a table in Latin-1 with semicolons: ratings from 1 to 10, and 0 for a book that
 * a user had without rating it.
 *
 *     "User-ID";"ISBN";"Book-Rating"
 *     "17";"034545104X";"8"
 *
 * C.-N. Ziegler, S. McNee, J. Konstan and G. Lausen, Improving Recommendation Lists Through Topic Diversification (WWW
 * 2005).
 */
export const bookCrossingRatings = tableWithUnratedZeros({
  id: 'book-crossing',
  name: 'Book-Crossing BX-Book-Ratings.csv, "User-ID";"ISBN";"Book-Rating", where 0 is not rated',
  isLatin1: true,
  user: 'User-ID',
  item: 'ISBN',
  value: 'Book-Rating',
})
