/** Triage: what becomes of a visit, and the day's rotation. */
import { Sort } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const triage: Area = {
  name: 'triage',
  icon: Sort,
  shown: () => false,
  start: () => 0,
  routes: [],
  panels: {
    visit: () => import('./VisitPanel.vue'),
    'visit-form': () => import('./forms/FormPanel.vue'),
    slip: () => import('./SlipPanel.vue'),
  },
}

export default triage
