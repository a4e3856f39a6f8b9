"""Questions on the screen: what each looks like, how it is answered, what the window knows of it.

views    frozen snapshots of questions, pages and the tree
reader   the actions on an open interview, in the writer's thread
outline  how far each page is
card     one question on a page; kinds chooses its answer widget
"""
