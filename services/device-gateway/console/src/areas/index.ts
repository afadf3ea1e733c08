/** The areas of the desk, in the order of the bar. */
import type { Area } from '@/app/area'

import board from './board'

export const areas: Area[] = [board]
