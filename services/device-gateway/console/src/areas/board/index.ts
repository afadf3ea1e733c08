import { Grid } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const board: Area = {
  name: 'board',
  icon: Grid,
  shown: (may) => may('board.read'),
  start: (may) => (may('visit.register') ? 50 : 1),
  routes: [
    { path: '/board', name: 'board', component: () => import('./BoardPage.vue') },
    { path: '/wall', name: 'wall', meta: { wall: true }, component: () => import('./BoardPage.vue') },
  ],
}

export default board
