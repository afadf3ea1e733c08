/** The areas of the desk, in the order of the bar. */
import type { Area } from '@/app/area'

import appointments from './appointments'
import board from './board'
import cashier from './cashier'
import customers from './customers'
import followup from './followup'
import numbers from './numbers'
import policies from './policies'
import reception from './reception'
import rotation from './rotation'
import settings from './settings'
import triage from './triage'
import my from './triage/my'

export const areas: Area[] = [my, board, appointments, customers, reception, triage, cashier, followup, rotation, numbers, policies, settings]
