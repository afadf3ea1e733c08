/** Receiving: a known visitor, a new one, a card that nobody knows. Opens beside the board. */
import { Service } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const reception: Area = {
  name: 'reception',
  icon: Service,
  shown: () => false,
  start: () => 0,
  routes: [],
  panels: {
    arrival: () => import('./ArrivalPanel.vue'),
    newcomer: () => import('./NewcomerPanel.vue'),
    bind: () => import('./BindPanel.vue'),
  },
}

export default reception
