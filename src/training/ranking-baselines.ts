/** The models that every candidate is compared with by its ranking. */
export const rankingBaselines = ['popularity', 'item-knn', 'ease'] as const
