/**
 * Shared views of one history, each computed when it is first asked for and then kept: a campaign judges hundreds of histories a
 * second, and most properties are done after a look at two of them.
 */
import type { History } from '../harness/history/op.ts'
import { type Begun, begunIn } from './views/begun.ts'
import { type ByWhat, byWhat, type OpOf } from './views/by-what.ts'
import { type CommitLine, commitLinesOf } from './views/commits.ts'
import { type Consumers, consumersOf } from './views/consumers.ts'
import { type End, endIn } from './views/end.ts'
import { type Handlings, handlingsOf } from './views/handlings.ts'
import { handedInputs, type Written, writtenInputs } from './views/inputs.ts'
import { type Lives, livesOf } from './views/lives.ts'
import { type Logs, logsOf } from './views/log.ts'
import { type Phases, phasesOf } from './views/phases.ts'
import { type Sends, sendsOf } from './views/sends.ts'
import { type Transactions, transactionsOf } from './views/transactions.ts'
import { type Wipes, wipesOf } from './views/wipes.ts'
import { type Works, worksOf } from './views/work.ts'

export interface Views {
  readonly history: History
  readonly byWhat: ByWhat
  readonly phases: Phases
  readonly wipes: Wipes
  readonly logs: Logs
  readonly sends: Sends
  /** Inputs that the harness wrote into topics. */
  readonly inputs: readonly Written[]
  /** Inputs that processes took, by message. */
  readonly handed: ReadonlyMap<string, OpOf<'input'>>
  readonly works: Works
  readonly handlings: Handlings
  readonly commits: readonly CommitLine[]
  readonly lives: Lives
  /** Undefined where no state was taken. */
  readonly end: End | undefined
  readonly consumers: Consumers
  /** As the cluster has them. */
  readonly transactions: Transactions
  /** As applications had them. */
  readonly begun: readonly Begun[]
}

export function viewsOf(history: History): Views {
  return new LazyViews(history)
}

class LazyViews implements Views {
  readonly history: History
  #byWhat?: ByWhat
  #phases?: Phases
  #wipes?: Wipes
  #logs?: Logs
  #sends?: Sends
  #inputs?: readonly Written[]
  #handed?: ReadonlyMap<string, OpOf<'input'>>
  #works?: Works
  #handlings?: Handlings
  #commits?: readonly CommitLine[]
  #lives?: Lives
  #end?: End | undefined
  #consumers?: Consumers
  #transactions?: Transactions
  #begun?: readonly Begun[]

  constructor(history: History) {
    this.history = history
  }

  get byWhat(): ByWhat {
    return (this.#byWhat ??= byWhat(this.history))
  }
  get phases(): Phases {
    return (this.#phases ??= phasesOf(this.byWhat))
  }
  get wipes(): Wipes {
    return (this.#wipes ??= wipesOf(this.byWhat))
  }
  get logs(): Logs {
    return (this.#logs ??= logsOf(this.byWhat))
  }
  get sends(): Sends {
    return (this.#sends ??= sendsOf(this.byWhat))
  }
  get inputs(): readonly Written[] {
    return (this.#inputs ??= writtenInputs(this.byWhat, this.logs))
  }
  get handed(): ReadonlyMap<string, OpOf<'input'>> {
    return (this.#handed ??= handedInputs(this.byWhat))
  }
  get works(): Works {
    return (this.#works ??= worksOf(
      this.byWhat,
      () => this.sends,
      () => this.logs,
      () => this.transactions,
    ))
  }
  get handlings(): Handlings {
    return (this.#handlings ??= handlingsOf(this.byWhat))
  }
  get commits(): readonly CommitLine[] {
    return (this.#commits ??= commitLinesOf(this.byWhat))
  }
  get lives(): Lives {
    return (this.#lives ??= livesOf(this.byWhat))
  }
  get end(): End | undefined {
    return (this.#end ??= endIn(this.byWhat))
  }
  get consumers(): Consumers {
    return (this.#consumers ??= consumersOf(this.byWhat))
  }
  get transactions(): Transactions {
    return (this.#transactions ??= transactionsOf(this.byWhat, this.logs))
  }
  get begun(): readonly Begun[] {
    return (this.#begun ??= begunIn(this.byWhat))
  }
}
