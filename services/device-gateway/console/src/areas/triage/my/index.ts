/** A consultant's own page: my visitors now, and my turns today. */
import { User } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const mine: Area = {
  name: 'my',
  icon: User,
  shown: (may) => may('visit.start'),
  start: (may) => (may('visit.register') ? 2 : 70),
  routes: [
    { path: '/my', name: 'my', component: () => import('./MyPage.vue') },
    { path: '/my/turns', name: 'my-turns', component: () => import('./TurnsPage.vue') },
  ],
}

export default mine
