/** What a supervisor reads: turns, first visits, deals, waits, fairness; a branch beside another. */
import { DataAnalysis } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const numbers: Area = {
  name: 'numbers',
  icon: DataAnalysis,
  shown: (may) => may('numbers.read'),
  start: () => 0,
  routes: [{ path: '/numbers', name: 'numbers', component: () => import('./NumbersPage.vue') }],
}

export default numbers
