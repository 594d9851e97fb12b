;; a jump through a table finds its targets by a table of its own
;;
;;   loop: lbu a1, 0(a0)
;;   addi a0, a0, 1
;;   sh3add a1, a1, s2
;;   ld a1, 0(a1)
;;   jr a1
;;   addi a2, a2, 1
;;   j loop
;;   xor a2, a2, a0
;;   j loop

(local.set $ra (i64.load $X[1]))
(local.set $sp (i64.load $X[2]))
(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $a2 (i64.load $X[12]))
(local.set $s2 (i64.load $X[18]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(i64.store $LAST_PAGES[0] (i64.const 4095))
block $1
  block $2
    block $3
      block $4
        block $5
          block $6
            (br_table $5 $6 $5 (i32.sub (local.get $entry) (i32.const 1)))
          end
          (local.set $entry (i32.const 0))
          (local.set $pc (i64.add (local.get $base) (i64.const 16)))
          (br $4)
        end
        (local.set $entry (i32.const 0))
        (local.set $pc (local.get $base))
        (br $4)
      end
      loop $7
        block $8
          block $9
            block $10
              block $11
                block $12
                  block $13
                    (br_if $2 (i32.lt_s (local.get $left) (i32.const 8)))
                    block $14
                      block $15
                        block $16
                          block $17
                            block $18
                              block $19
                                block $20
                                  block $21
                                    block $22
                                      block $23
                                        block $24
                                          (br_if $14
                                            (i64.ge_u
                                              (local.tee $address
                                                (i64.sub (local.get $pc) (local.get $base)))
                                              (i64.const 32)))
                                          (br_table $24 $22 $14 $21 $14 $20 $14 $19 $23 $18 $14 $17 $14 $14 $16 $15 $14
                                            (i32.shr_u
                                              (i32.wrap_i64 (local.get $address))
                                              (i32.const 1)))
                                        end
                                        (br $11)
                                      end
                                      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                                      (local.set $pc (i64.add (local.get $a1) (i64.const 0)))
                                      (local.set $jump (i32.const 16))
                                      (br $7)
                                    end
                                    (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                                    (br $10)
                                  end
                                  (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                                  (br $9)
                                end
                                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                                (local.set $sp
                                  (i64.extend_i32_s
                                    (i32.add (i32.wrap_i64 (local.get $sp)) (i32.const 9))))
                                (br $8)
                              end
                              (local.set $left (i32.sub (local.get $left) (i32.const 2)))
                              (local.set $pc (i64.add (local.get $a1) (i64.const 0)))
                              (local.set $jump (i32.const 16))
                              (br $7)
                            end
                            (local.set $left (i32.sub (local.get $left) (i32.const 2)))
                            (local.set $a2 (i64.add (local.get $a2) (i64.const 1)))
                            (br $12)
                          end
                          (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                          (br $12)
                        end
                        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                        (local.set $a2 (i64.xor (local.get $a2) (local.get $a0)))
                        (br $13)
                      end
                      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                      (local.set $ra (i64.shl (local.get $ra) (i64.const 9)))
                      (br $13)
                    end
                    (br $2)
                  end
                  (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                  (br $11)
                end
                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                (br $11)
              end
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (local.set $accessed (local.get $a0))
              (i64.ne (i64.and (local.get $accessed) (i64.const -4096)) (i64.load $LAST_PAGES[0]))
              if $25
                (i64.ne
                  (i64.load
                    (local.tee $slot
                      (i32.add
                        (i32.and
                          (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                          (i32.const 8176))
                        (local.get $tlb))))
                  (i64.or
                    (i64.and (local.get $accessed) (i64.const -4096))
                    (local.get $dataContext)))
                (local.set $code (i32.const 3))
                (br_if $3)
                (i64.store $LAST_PAGES[0] (i64.and (local.get $accessed) (i64.const -4096)))
                (i32.store $LAST_PAGES[1] (i32.load offset=8 (local.get $slot)))
              end
              (local.set $a1
                (i64.load8_u
                  (i32.add (i32.load $LAST_PAGES[1]) (i32.wrap_i64 (local.get $accessed)))))
              (br $10)
            end
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (local.set $a0 (i64.add (local.get $a0) (i64.const 1)))
            (br $9)
          end
          (local.set $left (i32.sub (local.get $left) (i32.const 1)))
          (local.set $a1 (i64.add (local.get $s2) (i64.shl (local.get $a1) (i64.const 3))))
          (br $8)
        end
        (local.set $left (i32.sub (local.get $left) (i32.const 2)))
        (local.set $accessed (local.get $a1))
        (i64.ne
          (i64.load
            (local.tee $slot
              (i32.add
                (i32.and
                  (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                  (i32.const 8176))
                (local.get $tlb))))
          (i64.or
            (i64.and (i64.add (local.get $accessed) (i64.const 7)) (i64.const -4096))
            (local.get $dataContext)))
        (local.set $code (i32.const 1541))
        (br_if $3)
        (local.set $a1
          (i64.load
            (i32.add (i32.load offset=8 (local.get $slot)) (i32.wrap_i64 (local.get $accessed)))))
        (local.set $pc (i64.add (local.get $a1) (i64.const 0)))
        (local.set $jump (i32.const 16))
        (br $7)
      end
      (unreachable)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[1] (local.get $ra))
(i64.store $X[2] (local.get $sp))
(i64.store $X[10] (local.get $a0))
(i64.store $X[11] (local.get $a1))
(i64.store $X[12] (local.get $a2))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
