/** Keeps a mistake in one view from taking the page away: says what happened and offers to try again. */

import { Component, type ReactNode } from 'react';
import { messageOf } from '#base/error-message';

interface Props {
  readonly children: ReactNode;
  /** Shows the error; `retry` renders the children anew. */
  readonly fallback: (message: string, retry: () => void) => ReactNode;
}

interface State {
  readonly message: string | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { message: null };

  static getDerivedStateFromError(error: unknown): State {
    return { message: messageOf(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return this.props.fallback(message, () => this.setState({ message: null }));
  }
}
