;; a function that calls itself returns by a lookup
;;
;;   function: addi a0, a0, -1
;;   blez a0, end
;;   addi s1, s1, 1
;;   jal ra, function
;;   xor s2, s2, s1
;;   end: ret

(local.set $ra (i64.load $X[1]))
(local.set $s1 (i64.load $X[9]))
(local.set $a0 (i64.load $X[10]))
(local.set $s2 (i64.load $X[18]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      loop $5
        block $6
          block $7
            block $8
              block $9
                block $10
                  (i32.lt_s (local.get $left) (i32.const 68))
                  (local.set $code (i32.const 1))
                  (br_if $3)
                  (local.set $left (i32.sub (local.get $left) (i32.const 60)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $11
                    (local.set $left (i32.add (local.get $left) (i32.const 58)))
                    (local.set $entry (i32.const 2))
                    (br $6)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $12
                    (local.set $left (i32.add (local.get $left) (i32.const 54)))
                    (br $7)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $13
                    (local.set $left (i32.add (local.get $left) (i32.const 50)))
                    (br $8)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $14
                    (local.set $left (i32.add (local.get $left) (i32.const 46)))
                    (br $9)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $15
                    (local.set $left (i32.add (local.get $left) (i32.const 42)))
                    (br $10)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $16
                    (local.set $left (i32.add (local.get $left) (i32.const 38)))
                    (local.set $entry (i32.const 2))
                    (br $6)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $17
                    (local.set $left (i32.add (local.get $left) (i32.const 34)))
                    (br $7)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $18
                    (local.set $left (i32.add (local.get $left) (i32.const 30)))
                    (br $8)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $19
                    (local.set $left (i32.add (local.get $left) (i32.const 26)))
                    (br $9)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $20
                    (local.set $left (i32.add (local.get $left) (i32.const 22)))
                    (br $10)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $21
                    (local.set $left (i32.add (local.get $left) (i32.const 18)))
                    (local.set $entry (i32.const 2))
                    (br $6)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $22
                    (local.set $left (i32.add (local.get $left) (i32.const 14)))
                    (br $7)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $23
                    (local.set $left (i32.add (local.get $left) (i32.const 10)))
                    (br $8)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $24
                    (local.set $left (i32.add (local.get $left) (i32.const 6)))
                    (br $9)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
                  (i64.ge_s (i64.const 0) (local.get $a0))
                  if $25
                    (local.set $left (i32.add (local.get $left) (i32.const 2)))
                    (br $10)
                  end
                  (local.set $s1 (i64.add (local.get $s1) (i64.const 1)))
                  (local.set $ra (i64.add (local.get $base) (i64.const 16)))
                  (br $5)
                end
                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                (local.set $pc (i64.add (local.get $ra) (i64.const 0)))
                (i64.eq (local.get $pc) (i64.add (local.get $base) (i64.const 16)))
                if $26
                  (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                  (local.set $s2 (i64.xor (local.get $s2) (local.get $s1)))
                  (br $9)
                end
                (local.set $jump (i32.const 20))
                (local.set $entry (i32.const 3))
                (br $6)
              end
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (local.set $pc (i64.add (local.get $ra) (i64.const 0)))
              (i64.eq (local.get $pc) (i64.add (local.get $base) (i64.const 16)))
              if $27
                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                (local.set $s2 (i64.xor (local.get $s2) (local.get $s1)))
                (br $8)
              end
              (local.set $jump (i32.const 20))
              (local.set $entry (i32.const 3))
              (br $6)
            end
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (local.set $pc (i64.add (local.get $ra) (i64.const 0)))
            (i64.eq (local.get $pc) (i64.add (local.get $base) (i64.const 16)))
            if $28
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (local.set $s2 (i64.xor (local.get $s2) (local.get $s1)))
              (br $7)
            end
            (local.set $jump (i32.const 20))
            (local.set $entry (i32.const 3))
            (br $6)
          end
          (local.set $left (i32.sub (local.get $left) (i32.const 1)))
          (local.set $pc (i64.add (local.get $ra) (i64.const 0)))
          (i64.eq (local.get $pc) (i64.add (local.get $base) (i64.const 16)))
          if $29
            (br $6)
          end
          (local.set $jump (i32.const 20))
          (local.set $entry (i32.const 3))
          (br $6)
        end
        loop $30
          block $31
            block $32
              block $33
                (i32.eqz (local.get $entry))
                if $34
                  (br $33)
                end
                (br_table $32 $31 $32 (i32.sub (local.get $entry) (i32.const 2)))
              end
              (i32.lt_s (local.get $left) (i32.const 2))
              (local.set $code (i32.const 2049))
              (br_if $3)
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (local.set $s2 (i64.xor (local.get $s2) (local.get $s1)))
              (br $32)
            end
            (local.set $entry (i32.const 0))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (local.set $pc (i64.add (local.get $ra) (i64.const 0)))
            (local.set $jump (i32.const 20))
            (br $31)
          end
          (local.set $entry (i32.const 0))
          block $35
            block $36
              (br_if $35
                (i64.ge_u
                  (local.tee $address
                    (i64.sub (local.get $pc) (i64.add (local.get $base) (i64.const 16))))
                  (i64.const 2)))
              (br_table $36 $35 (i32.shr_u (i32.wrap_i64 (local.get $address)) (i32.const 1)))
            end
            (br $30)
          end
          (br $2)
        end
        (unreachable)
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
(i64.store $X[9] (local.get $s1))
(i64.store $X[10] (local.get $a0))
(i64.store $X[18] (local.get $s2))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
