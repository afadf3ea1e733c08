/** What a lane is called: those of the rule book by our words, a clinic's own by its name. */
import type { ComposerTranslation } from 'vue-i18n'

const BOOK = ['first_visit', 'other']

export const laneWords = (t: ComposerTranslation, lane: string): string => (BOOK.includes(lane) ? t(`rotation.lane.${lane}`) : lane)
